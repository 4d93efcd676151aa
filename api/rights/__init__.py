"""What a person may ask: everything about them, erasure; and what is let go as time passes."""
