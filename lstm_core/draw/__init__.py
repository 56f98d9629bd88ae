"""Drawing without widgets: the theme, matplotlib pictures, SVG diagrams, numbers as text."""
