"""The life of a command: each rule a function of one transaction, checked against the table of states."""
