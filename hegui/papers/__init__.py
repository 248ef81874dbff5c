"""The papers people hand in, all from one Assessment and its Rulebook: docx, xlsx, HTML, JSON, SARIF, JUnit, text."""
