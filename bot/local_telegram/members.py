"""The methods about chats and who is in them."""

from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import bad
from bot.local_telegram.params import Params
from bot.local_telegram.types import Json
from bot.local_telegram.world import World

ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
ACCEPTED_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


class Members:
    def __init__(self, world: World) -> None:
        self.world = world

    def get_me(self, params: Params) -> Json:
        return self.world.me | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.world.settings["privacy"] == "off",
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "supports_guest_queries": self.world.settings["guests"],
        }

    def get_chat(self, params: Params) -> Json:
        return self.world.target(params).public() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": ACCEPTED_GIFTS,
        }

    def get_chat_member(self, params: Params) -> Json:
        return self._member(self.world.target(params), params.number("user_id"))

    def get_chat_administrators(self, params: Params) -> list[Json]:
        chat = self.world.target(params)
        known = {self.world.bot_id, *chat.members}
        return [self._member(chat, user_id) for user_id in chat.admins if user_id in known]

    def get_chat_member_count(self, params: Params) -> int:
        return len(self.world.target(params).members) + 1

    def leave_chat(self, params: Params) -> bool:
        self.world.target(params).bot_status = "left"
        return True

    def _member(self, chat: Chat, user_id: int) -> Json:
        user = self.world.me if user_id == self.world.bot_id else chat.members.get(user_id)
        if user is None:
            raise bad("member not found" if chat.members else "user not found")
        return chat_member(user, "administrator" if user_id in chat.admins else "member")


def chat_member(user: Json, status: str) -> Json:
    """The ChatMember object for a status; an administrator has no rights beyond being one."""
    fields: Json = {"status": status, "user": user}
    if status == "administrator":
        fields |= dict.fromkeys(ADMINISTRATOR_RIGHTS, False)
    if status == "kicked":
        fields["until_date"] = 0
    return fields
