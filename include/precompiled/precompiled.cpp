// Holds the place of a source: the precompiled header is compiled with it.
