"""The tables of accounts: Django looks for them here; each stands in the folder of its domain."""

import accounts.agents.models
import accounts.core.models
import accounts.keys.models
import accounts.keys.models_calls
import accounts.keys.models_webhooks
import accounts.log.models
import accounts.messages.models
import accounts.rights.models
import accounts.signing_in.models
import accounts.staff.models
import accounts.units.models
