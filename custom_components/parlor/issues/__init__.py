"""What is wrong in a way that the user can mend, told as repair issues."""

from .flows import create_fix_flow
from .watch import IssueWatch, remove_issues

__all__ = ["IssueWatch", "create_fix_flow", "remove_issues"]
