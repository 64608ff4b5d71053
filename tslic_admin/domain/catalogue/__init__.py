"""What each thing consists of: its fields, said once, and the rows in which the lists hand it out."""
