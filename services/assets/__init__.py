"""One file to a vendor as one call, whatever steps that takes there."""
