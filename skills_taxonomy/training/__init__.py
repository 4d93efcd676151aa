"""How the shipped encoder was made: ``make encoder``. Never runs at install or in the product."""
