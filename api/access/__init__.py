"""Who may do what: accounts and their keys, the rule of each route, what is whose."""
