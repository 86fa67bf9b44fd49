"""Ground under the engine and the adapters: who a process is, its family, and its end."""
