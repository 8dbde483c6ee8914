"""Alert → VOEvent: the mirror of reading."""
