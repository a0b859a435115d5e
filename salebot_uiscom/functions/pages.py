"""The modules that hold the built-in functions, and the names that only a host can provide."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from .catalog import Catalog

if TYPE_CHECKING:
    from .registry import Function

# Module → names in it, aliases too: whether a name is a function must be known before the module is imported.
PAGES: dict[str, str] = {
    "math": """
        abs ceil floor int float round customizable_round_multiply customizable_round_division int_to_string
        exp fac log pow pyt sqrt max min random sin cos tan asin acos atan atan2 is_int is_float distance""",
    "text": """
        substring startswith endswith contains len concat splitter lower upper strip capitalize title
        normalizePhone normalize_phone replace select_random_from_list select_random""",
    "hashes": "md5 sha1 sha256 hmac_hexdigest base64 base64decode base64_decode urlencode urldecode tg_escape",
    "regex": "findall similar",
    "clients": "get_client_var get_client_vars set_client_var set_client_vars",
    "dates": """
        addYear add_year addMonth add_month addDays add_days addMinutes add_minutes compareDate compare_date
        compareTime compare_time time_interval birthdate weekday_date month_date current_date_rus date_rus
        get_datetime convert_datetime""",
    "arrays": """
        arr_len in_array index count_occurrences sum_array append insert del remove get set array_slice
        except_arr cross_arr remove_duplicates shuffle_massive sort massive_to_text unpack_list""",
    "dictionaries": """
        dict_keys_to_array dict_values_to_array get_values_by_key exist_key key_index humanize sort_by_value""",
    "keyboards": "tools_make_button_str_checker tools_check_user_input",
    "columns": "c2n n2c addCols add_cols",
}

# Functions of functions-host.md: they exist inside a bot; outside of one the error says so.
HOST_FUNCTIONS = frozenset(
    """
    get_client_id_by_platform_id get_bind_clients message platform_message whatsapp_message callback send_notification
    delete_pended_messages delete_pended_messages_from_list pause_bot set_client_name set_note block_client
    unblock_client unsubscribe days_from_last_message was_in_state get_operator get_operator_name assign_to_user
    free_client check_operator_status create_list create_list_if_not_exist add_to_list remove_from_list inlist list_size
    create_label create_label_if_not_exist add_label remove_label has_label get_order_id create_order set_order_name
    set_order_budget get_order_var get_order_vars set_order_var set_order_vars get_active_orders_ids
    set_order_status_success set_order_status_fail set_order_status_archive requests_get requests_post requests_put
    requests_patch requests_delete uiscom_employee_call uiscom_scenario_call uiscom_offline_messages uiscom_get_sites
    uiscom_get_campaigns create_task update_task done_task delete_task get_success_orders_ids get_fail_orders_ids
    get_order_id_by_var_value count_client_orders latest_order_datetime delete_order assign_order_to_user
    get_order_operator get_state_id change_state move_order_to_next_state switch_order distribute_client add_unread
    clear_unread move_to_list clear_list remove_list_from_project remove_label_from_project lists_joint_count
    random_list_member remove_label_everywhere count_of_clients_with_label get_all_client_labels
    has_client_multiple_labels find_clients_by_multiple_labels remove_multiple_client_labels check_whatsapp
    get_whatsapp_bot_id_by_phone get_operator_info get_block_name_by_id last_message_id remove_last_message
    get_current_pipline_id tg_callback
    """.split()
)

# Variables of the telephony plugin: known outside of a bot, too (D-22), so a text means the same in both.
PLUGIN_NAMES = frozenset({"save_webhook", "uiscom_request"})


def functions_of(page: str) -> list[Function]:
    """The functions of one page, in order."""
    from .registry import functions_in

    return functions_in(importlib.import_module(f"{__package__}.{page}"))


@cache
def built_in_functions() -> tuple[Function, ...]:
    """Every function of the pages, in order."""
    return tuple([item for page in PAGES for item in functions_of(page)])


class _BuiltIn(Catalog):
    """The built-in functions. A page is imported when one of its functions is asked for, not for the name alone."""

    def __init__(self) -> None:
        super().__init__(declared=PLUGIN_NAMES)
        self._page_of = {name: page for page, names in PAGES.items() for name in names.split()}

    def __getitem__(self, name: str) -> Function:
        found = self._table.get(name)
        if found is None:
            for item in functions_of(self._page_of[name]):
                self._table.update(dict.fromkeys((item.name, *item.aliases), item))
            found = self._table[name]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._page_of)

    def __len__(self) -> int:
        return len(self._page_of)

    def __contains__(self, name: object) -> bool:
        return name in self._page_of


@cache
def built_in_catalog() -> Catalog:
    """What `evaluate` and `compile` know without a host."""
    return _BuiltIn()
