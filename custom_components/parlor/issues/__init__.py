"""What is wrong in a way that the user can mend, told as repair issues."""
