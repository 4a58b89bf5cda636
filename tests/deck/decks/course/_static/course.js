function termName() { return "Winter term"; }
