"""The modules that hold the built-in functions, and the names that only a host can provide."""

from __future__ import annotations

import importlib
from functools import cache

from .registry import Catalog, Function, functions_in

PAGES = ("math", "text", "hashes", "regex", "clients", "dates", "arrays", "dictionaries", "keyboards", "columns")

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


@cache
def built_in_functions() -> tuple[Function, ...]:
    """Every function of the pages, in order."""
    found: list[Function] = []
    for page in PAGES:
        found.extend(functions_in(importlib.import_module(f"{__package__}.{page}")))
    return tuple(found)


@cache
def built_in_catalog() -> Catalog:
    """What `evaluate` and `compile` know without a host."""
    return Catalog(built_in_functions())
