"""The keys that turn to another mode, and the way from a figure to what it is made of."""

from tui.destinations import ShowPolicy
from tui.keys.part import KeyPart
from tui.messages import QueryChanged
from tui.model.look import Lead, Look, Trip


class ModeKeys(KeyPart):
    """One key for each mode."""

    keys = ("mode",)

    def _turn_to(self, mode: str) -> None:
        self.session.trip = None
        if self.page.app.current_mode != mode:
            self.session.inbox.status.tell("")  # it belongs to what was looked at; the log has it
            self.page.app.switch_mode(mode)

    def follow(self, lead: Lead) -> None:
        """Go where a figure leads; Esc there leads back."""
        before = self.session.inbox.look
        if lead.mode == "queue":
            self.page.post_message(QueryChanged(Look(filter=lead.text, group="none")))
        self._turn_to(lead.mode)
        self.session.trip = Trip(lead, before)
        self.session.inbox.status.tell("Esc goes back to the figures")

    def led_back(self, narrowed_to: str) -> bool:
        """Go back to the figure that led here; False: none did, or something else is listed now."""
        trip = self.session.trip
        if trip is None or trip.lead != Lead(self.page.app.current_mode, narrowed_to):
            return False
        if trip.lead.mode == "queue":
            self.page.post_message(QueryChanged(trip.before))
        self._turn_to("insights")
        return True

    def action_queue(self) -> None:
        """Go to the queue."""
        self._turn_to("queue")

    def action_import(self) -> None:
        """Go to importing."""
        self._turn_to("import")

    def action_payments(self) -> None:
        """Go to the payments."""
        self._turn_to("payments")

    def action_activity(self) -> None:
        """Go to the trail."""
        self._turn_to("activity")

    def action_insights(self) -> None:
        """Go to the figures."""
        self._turn_to("insights")

    def action_policy(self) -> None:
        """Show the policy in force."""
        self.page.show(ShowPolicy())

    def action_to_confirm(self) -> None:
        """Show the categories a person should look at."""
        self._turn_to("to_confirm")
