"""Actions as tools of agents: the Model Context Protocol over HTTP (docs/mcp.md)."""
