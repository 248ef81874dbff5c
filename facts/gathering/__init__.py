"""From documents to cases: where facts stand (mapping), finding them, settling several sources, writing the case."""
