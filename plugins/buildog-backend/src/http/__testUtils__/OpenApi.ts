import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv';
import { parse } from 'yaml';

interface Operation {
  operationId: string;
  responses: Record<string, unknown>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

const FILE = resolve(__dirname, '../../../openapi.yaml');
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** The committed description of the API, to hold answers against. */
export class OpenApi {
  readonly #document: Document;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(document: Document) {
    this.#document = document;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    this.#ajv.addSchema(document, 'openapi');
  }

  static load(): OpenApi {
    return new OpenApi(parse(readFileSync(FILE, 'utf8')) as Document);
  }

  /** `GET /v1/builds/{id}` of every operation. */
  operations(): string[] {
    return Object.entries(this.#document.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter(method => METHODS.includes(method))
        .map(method => `${method.toUpperCase()} ${path}`),
    );
  }

  /** Ids of all operations; they are unique. */
  operationIds(): string[] {
    return Object.values(this.#document.paths).flatMap(item =>
      METHODS.flatMap(method => item[method]?.operationId ?? []),
    );
  }

  /**
   * What is wrong with an answer: nothing when the operation knows the
   * status, the media type, and the shape of a JSON body.
   */
  problems(
    method: string,
    path: string,
    answer: { status: number; type: string; body: unknown },
  ): string[] {
    const template = this.#templateOf(path);
    if (!template) return [`no path of openapi.yaml matches ${path}`];
    const pointer = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      String(answer.status),
    ];
    const found = this.#at(pointer);
    if (!found) {
      return [
        `${method} ${template} does not know the status ${answer.status}`,
      ];
    }
    const reference = (found as { $ref?: string }).$ref;
    const base = reference ? reference.slice(2).split('/') : pointer;
    const content = this.#at([...base, 'content']) as
      | Record<string, { schema?: unknown }>
      | undefined;
    if (!content) return [];
    if (!(answer.type in content)) {
      return [`${method} ${template} does not answer ${answer.type}`];
    }
    if (!content[answer.type].schema) return [];
    const validate = this.#validator([
      ...base,
      'content',
      answer.type,
      'schema',
    ]);
    if (validate(answer.body)) return [];
    return (validate.errors ?? []).map(
      error => `${method} ${template} ${error.instancePath}: ${error.message}`,
    );
  }

  #templateOf(path: string): string | undefined {
    const parts = path.split('/');
    return Object.keys(this.#document.paths)
      .filter(template => {
        const wanted = template.split('/');
        return (
          wanted.length === parts.length &&
          wanted.every((w, i) => w.startsWith('{') || w === parts[i])
        );
      })
      .sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  #at(pointer: string[]): unknown {
    return pointer.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      this.#document,
    );
  }

  #validator(pointer: string[]): ValidateFunction {
    const key = pointer
      .map(part =>
        encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1')),
      )
      .join('/');
    const known = this.#validators.get(key);
    if (known) return known;
    const compiled = this.#ajv.compile({ $ref: `openapi#/${key}` });
    this.#validators.set(key, compiled);
    return compiled;
  }
}
