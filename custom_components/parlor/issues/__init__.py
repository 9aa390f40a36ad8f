"""What the user has to know, and may have to mend: repair issues that come and go by themselves."""
