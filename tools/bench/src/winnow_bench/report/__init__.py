"""``winnow bench report``: the kept figures as plots and as the tables of docs/performance.md."""
