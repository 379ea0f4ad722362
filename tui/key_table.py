"""Every key once: its id, what it does, and what footer, help screen and help page say of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the key map."""

    id: str
    """"screen.action"; the part before the dot says where it holds ("app": everywhere)."""
    keys: str
    """Textual key names, comma-separated."""
    shown: str
    """The keys as a person reads them."""
    label: str
    """One word for the footer; "" where it never stands there."""
    help: str

    @property
    def screen(self) -> str:
        """Where the key holds."""
        return self.id.partition(".")[0]

    @property
    def short(self) -> str:
        """The first of its keys, for the footer."""
        return self.shown.split()[0]

    @property
    def action(self) -> str:
        """The action method it calls."""
        return self.id.partition(".")[2]

    @property
    def word(self) -> str:
        """Its name on the command line; "" for a move of the cursor or one of several alike."""
        nameless = self.screen == "list" or "(" in self.action
        return "" if nameless else self.action.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the command line that is followed by something."""

    name: str
    takes: str
    """Its argument, as a person reads it."""
    help: str


WORDS = (
    Word("view", "NAME", "look at a view"),
    Word("filter", "TEXT", "narrow the list to this"),
    Word("sort", "ORDER", "put the list in this order"),
    Word("group", "BY", "group the list, or not"),
    Word("theme", "NAME", "change the colours until the app ends"),
)
"""Besides these, every key that works on a screen can be said there by its word."""

KEYS = (
    Key("decide.approve", "a", "a", "Approve", "approve the marked invoices, else the one shown"),
    Key("decide.reject", "r", "r", "Reject", "reject, with a reason"),
    Key("decide.hold", "h", "h", "Hold", "put on hold until a day, or end a hold"),
    Key("decide.send_back", "b", "b", "Send back", "send back with a question"),
    Key("decide.edit", "e", "e", "Edit", "change amount, category, due date or account"),
    Key("decide.note", "c", "c", "Note", "add a note that the next person sees"),
    Key("decide.attach", "plus", "+", "Attach", "attach a document that the next person can open"),
    Key("decide.undo", "z", "z", "Undo", "take back the newest decision still counting down"),
    Key("decide.undo_all", "Z", "Z", "", "take back all decisions still counting down"),
    Key("look.compare", "equals_sign", "=", "Twin", "side by side with the one most like it"),
    Key("look.document", "o", "o", "Source", "show what it was read from, in your pager"),
    Key("look.raw", "O", "O", "", "show all that is stored of it as JSON, in your pager"),
    Key("look.evidence", "w", "w", "", "write the evidence: its whole story, with what proves it"),
    Key("look.copy_id", "y", "y", "", "copy the id (sent to the terminal's clipboard)"),
    Key("look.copy_line", "Y", "Y", "", "copy the whole line"),
    Key("decide.note_in_editor", "E", "E", "", "write a note in your editor"),
    Key("queue.open", "enter", "Enter", "Open", "show all of the invoice, or fold a group"),
    Key("queue.fold_all", "f", "f", "Fold", "fold all groups, or unfold them"),
    Key("queue.mark", "space", "Space", "Mark", "mark the row, or the group, and go down"),
    Key("queue.mark_all", "asterisk", "*", "", "mark all that is listed"),
    Key("queue.range", "v", "v", "", "begin or end a range; every movement extends it"),
    Key("queue.range_down", "shift+down", "⇧↓", "", "extend the range down"),
    Key("queue.range_up", "shift+up", "⇧↑", "", "extend the range up"),
    Key("queue.next_open", "n", "n", "", "the next invoice you have not decided"),
    Key("queue.previous_open", "N", "N", "", "the one before"),
    Key("queue.unmark", "u", "u", "", "take all marks away"),
    Key("queue.filter", "slash", "/", "Filter", "filter the list; Enter applies, Esc leaves it"),
    Key("queue.sort", "s", "s", "Sort", "next order: holds, due, amount, supplier, waiting, loss"),
    Key("queue.group", "t", "t", "Group", "next grouping: by hold, supplier, due week, none"),
    Key("queue.refresh", "R,f5", "R F5", "Refresh", "show new rows; the only key that moves rows"),
    Key("queue.preview", "p", "p", "", "preview on or off (windows of 100x30 and more)"),
    Key("queue.preview_down", "J", "J", "", "scroll the preview down"),
    Key("queue.preview_up", "K", "K", "", "scroll the preview up"),
    Key("queue.steps", "S", "S", "", "what waits for a step (mode step_by_step)"),
    Key("list.down", "j,down", "j ↓", "", "down"),
    Key("list.up", "k,up", "k ↑", "", "up"),
    Key("list.page_down", "pagedown", "PgDn", "", "a page down"),
    Key("list.page_up", "pageup", "PgUp", "", "a page up"),
    Key("list.half_down", "ctrl+d", "^d", "", "half a page down"),
    Key("list.half_up", "ctrl+u", "^u", "", "half a page up"),
    Key("list.top", "g,home", "g Home", "", "first row"),
    Key("list.bottom", "G,end", "G End", "", "last row"),
    Key("mode.queue", "1", "1", "Queue", "the queue of approval requests"),
    Key("mode.import", "2", "2", "Import", "import invoices, see what became of them"),
    Key("mode.payments", "3", "3", "Payments", "the ledger's payments"),
    Key("mode.activity", "4", "4", "Activity", "the audit trail, and what this app has told"),
    Key("mode.insights", "5", "5", "Insights", "figures: touchless rate, times, overrides, spend"),
    Key("mode.policy", "comma", ",", "Policy", "the policy in force; theme, grace time and keys"),
    Key("mode.to_confirm", "C", "C", "", "categories to confirm, of paid and waiting invoices"),
    Key("views.next_view", "right_square_bracket,right", "] →", "View", "the next view or section"),
    Key("views.previous_view", "left_square_bracket,left", "[ ←", "", "the one before"),
    Key("import.choose", "i", "i", "Choose", "choose files or a folder to import"),
    Key("import.open", "enter", "Enter", "Open", "show the problem, the invoice, what came of it"),
    Key("import.search", "slash", "/", "Search", "list what has these words; Esc lists all"),
    Key("import.again", "A", "A", "Again", "import the same files again; known invoices stay one"),
    Key("import.stop", "X", "X", "Stop", "stop after the chunk in hand; what was taken stays"),
    Key("import.refresh", "R,f5", "R F5", "", "read again what has become of the invoices"),
    Key("choose.start", "enter", "Enter", "Take", "take what is in the fields"),
    Key("choose.complete", "tab", "Tab", "Complete", "complete the path, else the other field"),
    Key("insights.open", "enter", "Enter", "Open", "show what the selected figure is made of"),
    Key("insights.down", "j,down", "j ↓", "Select", "select the next figure"),
    Key("insights.up", "k,up", "k ↑", "", "select the one before"),
    Key("insights.page_down", "pagedown,ctrl+d", "PgDn", "", "a page down"),
    Key("insights.page_up", "pageup,ctrl+u", "PgUp", "", "a page up"),
    Key("insights.top", "g,home", "g Home", "", "to the top"),
    Key("insights.bottom", "G,end", "G End", "", "to the end"),
    Key("insights.refresh", "R,f5", "R F5", "Refresh", "compute the figures again"),
    Key("payments.open", "enter", "Enter", "Open", "show the invoice of the payment"),
    Key("payments.run", "P", "P", "Pay run", "show what a payment run would hold, then export it"),
    Key("run.export", "x", "x", "Export", "name a file and export the run, once"),
    Key("run.refresh", "R,f5", "R F5", "Refresh", "read again what is scheduled"),
    Key("run.down", "j,down", "j ↓", "", "scroll down"),
    Key("run.up", "k,up", "k ↑", "", "scroll up"),
    Key("run.page_down", "pagedown,ctrl+d", "PgDn", "", "a page down"),
    Key("run.page_up", "pageup,ctrl+u", "PgUp", "", "a page up"),
    Key("payments.take_back", "V", "V", "Void", "void it while scheduled; the invoice waits again"),
    Key("payments.search", "slash", "/", "Search", "list what has these words; Esc lists all"),
    Key("payments.refresh", "R,f5", "R F5", "Refresh", "read the payments again"),
    Key("activity.open", "enter", "Enter", "Open", "show the invoice concerned"),
    Key("activity.search", "slash", "/", "Search", "text, actor:ann, invoice:58mmd0"),
    Key("activity.refresh", "R,f5", "R F5", "Refresh", "read the trail again"),
    Key("confirm.candidate(1)", "1", "1", "First", "the first candidate is right"),
    Key("confirm.candidate(2)", "2", "2", "Second", "the second candidate is right"),
    Key("confirm.candidate(3)", "3", "3", "Third", "the third candidate is right"),
    Key("confirm.accept", "y", "y", "As it is", "right as it is: the marked ones, else this one"),
    Key("confirm.name", "e", "e", "Other", "name another, for the marked ones, else this one"),
    Key("confirm.mark", "space", "Space", "Mark", "mark the row and go down; y and e act on marks"),
    Key("confirm.mark_supplier", "m", "m", "Supplier", "mark all listed of this supplier"),
    Key("confirm.unmark", "u", "u", "", "take all marks away"),
    Key("confirm.take_back", "z", "z", "Undo", "take back what was said last; nothing stays of it"),
    Key("confirm.apply", "p", "p", "Apply", "apply it to the supplier's other open invoices"),
    Key("confirm.open", "enter", "Enter", "Open", "show the invoice"),
    Key("confirm.search", "slash", "/", "Search", "list what has these words; Esc lists all"),
    Key("confirm.refresh", "R,f5", "R F5", "", "read again"),
    Key("choose_category.submit", "enter", "Enter", "Take", "take the first that matches"),
    Key("category.candidate(1)", "1", "1", "", "its category is the first candidate"),
    Key("category.candidate(2)", "2", "2", "", "the second"),
    Key("category.candidate(3)", "3", "3", "", "the third"),
    Key(
        "detail.take_back",
        "V",
        "V",
        "Take back",
        "take back a payment, rejection or expiry; asks why",
    ),
    Key("detail.next", "n", "n", "Next", "the next invoice of the list"),
    Key("detail.previous", "N", "N", "Previous", "the one before"),
    Key("detail.down", "j,down", "j ↓", "", "scroll down"),
    Key("detail.up", "k,up", "k ↑", "", "scroll up"),
    Key("detail.page_down", "pagedown,ctrl+d", "PgDn", "", "a page down"),
    Key("detail.page_up", "pageup,ctrl+u", "PgUp", "", "a page up"),
    Key("detail.top", "g,home", "g Home", "", "to the top"),
    Key("detail.bottom", "G,end", "G End", "", "to the end"),
    Key("detail.refresh", "R,f5", "R F5", "Refresh", "read the invoice again"),
    Key("steps.step", "n", "n", "Next step", "run one step of the thread shown, and stop again"),
    Key("steps.down", "j,down", "j ↓", "", "the next thread"),
    Key("steps.up", "k,up", "k ↑", "", "the one before"),
    Key("steps.refresh", "R,f5", "R F5", "Refresh", "read the threads again"),
    Key("compare.next", "n", "n", "Next", "compare with the next invoice of the supplier"),
    Key("compare.previous", "N", "N", "Previous", "compare with the one before"),
    Key("compare.open", "enter", "Enter", "Open", "show all of the other one"),
    Key("compare.down", "j,down", "j ↓", "", "scroll down"),
    Key("compare.up", "k,up", "k ↑", "", "scroll up"),
    Key("compare.page_down", "pagedown,ctrl+d", "PgDn", "", "a page down"),
    Key("compare.page_up", "pageup,ctrl+u", "PgUp", "", "a page up"),
    Key("edit.compare", "f2", "F2", "Compare", "before and after; saving happens there"),
    Key("edit.save", "y,f8", "y F8", "Save", "save, on the page with before and after only"),
    Key("review.confirm", "y,f8", "y F8", "Carry out", "carry out what the page says"),
    Key("review.in_out", "space", "Space", "Out/in", "take an invoice out, or put it back"),
    Key("reason.take", "enter", "Enter", "Take", "take these words and go on"),
    Key("hold.take", "enter", "Enter", "Take", "take this day and go on to the reason"),
    Key("leaving.carry_out", "s", "s", "Carry out", "carry out now what is still counting down"),
    Key("leaving.stop_import", "X", "X", "Stop import", "stop the import after the chunk in hand"),
    Key("leaving.withdraw", "u", "u", "Withdraw", "withdraw it and leave"),
    Key("leaving.leave", "y", "y", "Leave", "leave, and lose the marks"),
    Key("command.run", "enter", "Enter", "Do it", "do what the line says"),
    Key("command.complete", "tab", "Tab", "Complete", "complete the word, then the next that fits"),
    Key("command.older", "up", "↑", "Older", "the line before"),
    Key("command.newer", "down", "↓", "", "the line after"),
    Key("help.pages", "p", "p", "Pages", "list the reference pages"),
    Key("pages.cursor_down", "j,down", "j ↓", "Next", "the next page of the list"),
    Key("pages.cursor_up", "k,up", "k ↑", "", "the one before"),
    Key("pages.select", "enter", "Enter", "Read", "read the page"),
    Key("reading.scroll_down", "j,down", "j ↓", "Down", "scroll down"),
    Key("reading.scroll_up", "k,up", "k ↑", "Up", "scroll up"),
    Key("reading.page_down", "pagedown,ctrl+d", "PgDn", "", "a page down"),
    Key("reading.page_up", "pageup,ctrl+u", "PgUp", "", "a page up"),
    Key("reading.scroll_home", "g,home", "g Home", "", "to the top"),
    Key("reading.scroll_end", "G,end", "G End", "", "to the end"),
    Key("app.command", "colon", ":", "Command", "say it in words; approves nothing by itself"),
    Key("app.palette", "ctrl+p", "^p", "Palette", "what is possible now, by name; decides nothing"),
    Key(
        "app.copy_or_say",
        "ctrl+c",
        "^c",
        "",
        "copy what the mouse selects; it never quits",
    ),
    Key("app.help", "question_mark,f1", "? F1", "Help", "these keys"),
    Key(
        "app.back", "escape", "Esc", "Back", "close the topmost thing; changes nothing, never quits"
    ),
    Key("app.quit", "q", "q", "Quit", "go back like Esc; on the page of a mode, quit"),
)

SCREENS: dict[str, tuple[str, ...]] = {
    "queue": ("decide", "look", "queue", "views", "list", "mode", "app"),
    "detail": ("decide", "detail", "look", "views", "category", "app"),
    "import": ("import", "views", "list", "mode", "app"),
    "choose": ("choose", "app"),
    "insights": ("insights", "views", "mode", "app"),
    "run": ("run", "views", "mode", "app"),
    "payments": ("payments", "views", "list", "mode", "app"),
    "activity": ("activity", "views", "list", "mode", "app"),
    "steps": ("steps", "mode", "app"),
    "compare_twin": ("compare", "decide", "look", "mode", "app"),
    "confirm": ("confirm", "views", "list", "app"),
    "choose_category": ("choose_category", "app"),
    "edit": ("edit", "app"),
    "review": ("review", "app"),
    "reason": ("reason", "app"),
    "hold": ("hold", "app"),
    "leaving": ("leaving", "app"),
    "help": ("help", "reading", "app"),
    "pages": ("pages", "app"),
    "reading": ("reading", "app"),
    "palette": ("app",),
    "command": ("command", "app"),
}
"""Which groups of keys hold on which screen."""

FOOTERS: dict[str, tuple[str, ...]] = {
    "queue": (
        "decide.approve", "decide.reject", "app.help", "app.quit", "decide.hold",
        "decide.send_back", "decide.edit", "decide.undo", "queue.open",
        "queue.filter", "queue.mark", "queue.sort", "queue.group", "queue.refresh",
        "views.next_view", "queue.fold_all", "app.command",
    ),
    "detail": (
        "decide.approve", "decide.reject", "app.back", "decide.hold", "decide.send_back",
        "decide.edit", "decide.undo", "decide.note", "look.document", "decide.attach",
        "detail.next",
        "detail.previous", "app.help",
    ),
    "detail_done": (
        "detail.take_back", "app.back", "look.document", "look.compare", "detail.next",
        "detail.previous", "app.help",
    ),
    "import": (
        "import.choose", "import.open", "views.next_view", "import.stop", "mode.queue",
        "app.help", "app.quit", "import.search", "import.again",
    ),
    "choose": ("choose.start", "choose.complete", "app.back"),
    "insights": (
        "insights.open", "insights.down", "views.next_view", "insights.refresh", "mode.queue",
        "mode.policy", "app.help", "app.quit",
        "mode.import", "mode.payments", "mode.activity",
    ),
    "run": ("run.export", "app.back", "views.next_view", "run.refresh", "app.help"),
    "payments": (
        "payments.open", "payments.take_back", "payments.run", "payments.search",
        "app.help", "app.quit", "views.next_view", "mode.queue", "payments.refresh",
        "mode.import", "mode.activity",
    ),
    "activity": (
        "activity.open", "activity.search", "views.next_view", "mode.queue", "app.help",
        "app.quit", "activity.refresh", "mode.payments",
    ),
    "steps": ("steps.step", "app.back", "steps.refresh", "app.help"),
    "compare_twin": (
        "decide.approve", "decide.reject", "app.back", "compare.next", "compare.open",
        "app.help", "decide.undo", "decide.hold", "decide.send_back", "compare.previous",
    ),
    "confirm": (
        "confirm.candidate(1)", "confirm.candidate(2)", "confirm.candidate(3)", "confirm.accept",
        "app.back", "confirm.name", "confirm.take_back", "confirm.mark", "app.help",
        "confirm.mark_supplier", "confirm.apply", "confirm.open",
    ),
    "choose_category": ("choose_category.submit", "app.back"),
    "edit": ("edit.compare", "app.back"),
    "compare": ("edit.save", "app.back"),
    "review": ("review.confirm", "app.back"),
    "review_set": ("review.confirm", "app.back", "review.in_out"),
    "reason": ("reason.take", "app.back"),
    "hold": ("hold.take", "app.back"),
    "leaving": ("leaving.carry_out", "leaving.withdraw", "app.back"),
    "leaving_import": ("leaving.stop_import", "app.back"),
    "leaving_marks": ("leaving.leave", "app.back"),
    "leaving_running": ("app.back",),
    "leaving_both": (
        "leaving.carry_out", "leaving.withdraw", "leaving.stop_import", "app.back",
    ),
    "help": ("help.pages", "app.back", "reading.scroll_down", "reading.scroll_up"),
    "pages": ("pages.select", "app.back", "pages.cursor_down"),
    "reading": ("app.back", "reading.scroll_down", "reading.scroll_up"),
    "palette": ("app.back",),
    "command": ("command.run", "command.complete", "app.back", "command.older"),
}  # fmt: skip
"""The keys in the footer of a screen, the most needed first: as many are shown as fit."""

TITLES = {
    "decide": "Deciding",
    "look": "Looking",
    "queue": "Queue",
    "list": "Moving in the list",
    "mode": "Modes",
    "views": "Views",
    "import": "Import",
    "choose": "Choosing files",
    "insights": "Insights",
    "payments": "Payments",
    "run": "Payment run",
    "activity": "Activity",
    "confirm": "To confirm",
    "choose_category": "Naming a category",
    "detail": "Invoice",
    "steps": "Steps",
    "compare": "Side by side",
    "category": "Category in question",
    "edit": "Edit",
    "review": "Review",
    "reason": "Reason",
    "hold": "Until when",
    "leaving": "Leaving",
    "command": "Command line",
    "help": "Help",
    "pages": "Reference pages",
    "reading": "Reading",
    "app": "Everywhere",
}
