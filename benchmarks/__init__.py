"""What Parlor costs and how well it does, measured."""
