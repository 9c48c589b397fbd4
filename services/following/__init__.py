"""Jobs over HTTP, and the looks at the vendor that carry them to their end."""
