-- Every table is there: the references that waited for one.
CALL platform.add_pending_references();
