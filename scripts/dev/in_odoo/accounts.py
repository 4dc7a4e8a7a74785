"""Make or find the accounts of a demo; runs inside Odoo's shell, where ``env`` is.

Reads JSON from CRM_SME_ACCOUNTS: ``{"admin": password, "users": [{login, name, group,
lang, password}], "robot": login}``; prints one line, ``ACCOUNTS {...}``. A second run
changes nothing but a forgotten password. The robot's key is made once; it is printed
only then, since Odoo keeps its hash alone.
"""

import datetime
import json
import os

KEY_DAYS = 365
KEY_NAME = "sync agent"

wanted = json.loads(os.environ["CRM_SME_ACCOUNTS"])
users = env["res.users"].with_context(no_reset_password=True)  # noqa: F821


def find(login):
    return users.with_context(active_test=False).search([("login", "=", login)])


def ensure_user(login, name, group_ids, **values):
    user = find(login)
    if user:
        return user
    return users.create(
        {"login": login, "name": name, "group_ids": [(6, 0, group_ids)], **values}
    )


def set_password(user, password):
    context = user._crypt_context()
    user.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
    stored = user.env.cr.fetchone()[0]
    if not stored or not context.verify(password, stored):
        user.password = password


internal = env.ref("base.group_user")  # noqa: F821
for account in wanted["users"]:
    group = env.ref(account["group"])  # noqa: F821
    person = ensure_user(
        account["login"],
        account["name"],
        [internal.id, group.id],
        lang=account["lang"],
        tz=account["tz"],
        email=f"{account['login']}@example.com",
    )
    set_password(person, account["password"])
set_password(env.ref("base.user_admin"), wanted["admin"])  # noqa: F821

robot = ensure_user(
    wanted["robot"],
    "Sync agent",
    [env.ref("crm_sme.crm_sme_group_sync").id],  # noqa: F821
    email=False,
)
keys = env["res.users.apikeys"].sudo()  # noqa: F821
key = None
if wanted["new_key"] or not keys.search_count([("user_id", "=", robot.id)]):
    keys.search([("user_id", "=", robot.id), ("name", "=", KEY_NAME)])._remove()
    ends = datetime.datetime.now() + datetime.timedelta(days=KEY_DAYS)  # noqa: DTZ005
    key = keys.with_user(robot).sudo()._generate("rpc", KEY_NAME, ends)
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("ACCOUNTS " + json.dumps({"key": key}))
