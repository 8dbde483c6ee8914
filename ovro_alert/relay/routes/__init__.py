"""The relay's doors on the wire, one file per noun."""
