/*
 * Builds, their tasks and attempts, and what the controller keeps about them.
 * All instants are UTC with milliseconds. JSON is kept as text, so that both
 * databases hold the same bytes.
 */

// @ts-check

/**
 * @param {import('knex').Knex} knex
 * @returns {Promise<void>}
 */
exports.up = async function up(knex) {
  /**
   * @param {import('knex').Knex.CreateTableBuilder} table
   * @param {string} name
   */
  const instant = (table, name) =>
    table.timestamp(name, { useTz: true, precision: 3 });

  await knex.schema.createTable('controller_state', table => {
    table.comment('One row: what all replicas share');
    table.integer('id').primary().comment('Always 1');
    table.string('installation_id', 63).notNullable();
    table.string('mode', 16).notNullable().comment('Open, Paused or Draining');
    table.string('changed_by', 500).nullable();
    instant(table, 'changed_at').nullable();
    table
      .bigInteger('next_sequence')
      .notNullable()
      .comment('Of the next admission');
  });

  await knex.schema.createTable('replicas', table => {
    table.comment('Controllers at work');
    table.string('id', 64).primary();
    table.string('host', 255).notNullable();
    table.integer('pid').notNullable();
    instant(table, 'seen_at').notNullable();
  });

  await knex.schema.createTable('build_configs', table => {
    table.comment(
      'What builds are numbered by; survives a rename of the entity',
    );
    table.uuid('id').primary();
    table.string('entity_ref', 500).notNullable().unique();
    instant(table, 'created_at').notNullable();
    instant(table, 'orphaned_at')
      .nullable()
      .comment('Since when the entity is gone');
    table.integer('next_number').notNullable();
  });

  await knex.schema.createTable('repository_claims', table => {
    table.comment('Only one configuration publishes to a repository');
    table.string('repository', 512).primary().comment('host/path');
    table
      .uuid('config_id')
      .notNullable()
      .references('id')
      .inTable('build_configs')
      .onDelete('CASCADE');
    instant(table, 'claimed_at').notNullable();
    table.index(['config_id'], 'repository_claims_config_idx');
  });

  await knex.schema.createTable('builds', table => {
    table.comment('Builds, with the inputs and the outcome of every decision');
    table.uuid('id').primary();
    table
      .uuid('config_id')
      .notNullable()
      .references('id')
      .inTable('build_configs')
      .onDelete('CASCADE');
    table.integer('number').notNullable();
    table.string('kind', 16).notNullable();
    table.string('entity_ref', 500).notNullable();
    table.string('owner_ref', 500).nullable();
    table.string('phase', 16).notNullable();
    table.text('reason').nullable().comment('JSON');
    table.string('trigger_kind', 32).notNullable();
    table.text('trigger').notNullable().comment('JSON');
    table.text('inputs').notNullable().comment('JSON, frozen');
    table.string('branch', 250).nullable();
    table.string('revision', 64).nullable();
    table.string('ref', 255).nullable();
    table.string('subject', 255).nullable();
    table.string('author', 255).nullable();
    table.text('plan').nullable().comment('JSON with planVersion, frozen');
    table.string('policy_revision', 64).nullable();
    table.text('images').notNullable().comment('JSON');
    table.string('signed', 16).notNullable();
    table.text('moved_tags').notNullable().comment('JSON');
    table.bigInteger('sequence').nullable().comment('Place among admissions');
    table.integer('priority').notNullable();
    instant(table, 'created_at').notNullable();
    instant(table, 'queued_at').nullable();
    instant(table, 'admitted_at').nullable();
    instant(table, 'started_at').nullable();
    instant(table, 'finished_at').nullable();
    table.text('phase_times').notNullable().comment('JSON');
    instant(table, 'cancel_requested_at').nullable();
    table.string('cancel_requested_by', 500).nullable();
    table.uuid('superseded_by_id').nullable();
    table.integer('superseded_by_number').nullable();
    table.uuid('retry_of_id').nullable();
    table.integer('retry_of_number').nullable();
    table.integer('tries').notNullable();
    instant(table, 'retry_at').nullable();
    table.integer('version').notNullable();
    instant(table, 'next_wake_at')
      .nullable()
      .comment('When the controller looks again; NULL when it never must');
    table.string('lease_token', 128).nullable();
    instant(table, 'lease_until').nullable();
    instant(table, 'logs_purged_at').nullable();
    table.unique(['config_id', 'number'], {
      indexName: 'builds_config_number_uniq',
    });
    table.index(['next_wake_at'], 'builds_wake_idx');
    table.index(['entity_ref', 'created_at'], 'builds_entity_idx');
    table.index(['created_at', 'id'], 'builds_created_idx');
    table.index(['phase', 'queued_at'], 'builds_phase_idx');
    table.index(['finished_at'], 'builds_finished_idx');
  });

  await knex.schema.createTable('tasks', table => {
    table.comment('BuildTasks: variant and platform of a build');
    table.uuid('id').primary();
    table
      .uuid('build_id')
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table.integer('position').notNullable();
    table.string('variant', 128).notNullable();
    table.string('platform', 128).notNullable();
    table.string('phase', 16).notNullable();
    table.string('digest', 80).nullable();
    table.bigInteger('size').nullable();
    table.integer('total_steps').nullable();
    table.integer('cached_steps').nullable();
    table.integer('completed_steps').nullable();
    table.text('reason').nullable().comment('JSON');
    table.integer('max_attempts').notNullable();
    instant(table, 'retry_at').nullable();
    table.index(['build_id'], 'tasks_build_idx');
  });

  await knex.schema.createTable('attempts', table => {
    table.comment('Workloads of tasks; written before they are asked for');
    table.uuid('id').primary();
    table
      .uuid('build_id')
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table
      .uuid('task_id')
      .notNullable()
      .references('id')
      .inTable('tasks')
      .onDelete('CASCADE');
    table.integer('number').notNullable();
    table.string('phase', 16).notNullable();
    table.string('cluster', 253).notNullable();
    table.string('name', 63).notNullable();
    table.string('log_transport', 64).notNullable();
    table.string('uid', 128).nullable();
    table.string('pod_name', 253).nullable();
    table.string('node_name', 253).nullable();
    table.text('containers').notNullable().comment('JSON');
    table.text('reason').nullable().comment('JSON');
    instant(table, 'created_at').notNullable();
    instant(table, 'started_at').nullable();
    instant(table, 'finished_at').nullable();
    instant(table, 'deadline_at').notNullable();
    table.integer('tries').notNullable();
    instant(table, 'retry_at').nullable();
    instant(table, 'logs_settled_at').nullable();
    instant(table, 'removed_at').nullable();
    table.unique(['task_id', 'number'], {
      indexName: 'attempts_task_number_uniq',
    });
    table.index(['build_id'], 'attempts_build_idx');
  });

  await knex.schema.createTable('journal', table => {
    table.comment('History of builds, in sentences');
    table.bigIncrements('id');
    table
      .uuid('build_id')
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    instant(table, 'at').notNullable();
    table.string('type', 64).notNullable();
    table.text('message').notNullable();
    table.index(['build_id', 'id'], 'journal_build_idx');
  });

  await knex.schema.createTable('outbox', table => {
    table.comment('What the world outside has still to be told');
    table.bigIncrements('id');
    table
      .uuid('build_id')
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table.text('payload').notNullable().comment('JSON');
    instant(table, 'lease_until').nullable();
    table.index(['build_id', 'id'], 'outbox_build_idx');
  });

  await knex.schema.createTable('tag_admissions', table => {
    table.comment(
      'Which admission moved a tag last, so that tags never go back',
    );
    table.string('repository', 512).notNullable().comment('host/path');
    table.string('tag', 128).notNullable();
    table.bigInteger('sequence').notNullable();
    table.uuid('build_id').nullable();
    table.integer('build_number').nullable();
    table.uuid('moving_build_id').nullable();
    instant(table, 'moving_until').nullable();
    table.primary(['repository', 'tag']);
  });

  await knex.schema.createTable('idempotency_keys', table => {
    table.comment('Requests that were answered, to answer them alike again');
    table.string('scope', 500).notNullable().comment('Who sent it');
    table.string('key', 255).notNullable();
    table.string('request_hash', 64).notNullable();
    table.uuid('build_id').notNullable();
    instant(table, 'created_at').notNullable();
    table.primary(['scope', 'key']);
    table.index(['created_at'], 'idempotency_keys_created_idx');
  });

  await knex.schema.createTable('ingest_tokens', table => {
    table.comment('Hashes of the tokens that sidecars send logs with');
    table.string('token_hash', 64).primary();
    table.uuid('attempt_id').notNullable();
    instant(table, 'expires_at').notNullable();
    table.index(['expires_at'], 'ingest_tokens_expires_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 * @returns {Promise<void>}
 */
exports.down = async function down(knex) {
  for (const table of [
    'ingest_tokens',
    'idempotency_keys',
    'tag_admissions',
    'outbox',
    'journal',
    'attempts',
    'tasks',
    'builds',
    'repository_claims',
    'build_configs',
    'replicas',
    'controller_state',
  ]) {
    await knex.schema.dropTable(table);
  }
};
