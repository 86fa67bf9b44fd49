"""The subcommands, a file each: words typed become a use case."""
