"""The tables of tracing: Django looks for them here; each stands in the folder of its domain."""

import tracing.api.models
import tracing.exports.models
import tracing.library.models
import tracing.reminders.models
import tracing.removals.models
import tracing.stores.models
import tracing.stores.models_codes
import tracing.stores.models_consumables
import tracing.stores.models_counts
import tracing.stores.models_events
import tracing.stores.models_orders
import tracing.stores.models_prefixes
import tracing.stores.models_staging
import tracing.uploads.models
import tracing.uploads.models_results
