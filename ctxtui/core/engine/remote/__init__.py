"""Actions of children carried out at other places; the deciding thread stays where the store is."""
