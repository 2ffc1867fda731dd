"""One file per clustering, declarations only; the file's name is the clustering's."""
