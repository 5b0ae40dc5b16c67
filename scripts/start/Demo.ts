/** What a demo portal is started with, and what is said about it. */
export interface Demo {
  /** Files of the repository's root, the later ones win. */
  configs: readonly string[];
  /** Environment variables that the configuration names. */
  settings: Readonly<Record<string, string>>;
  /** The component whose Build button works. */
  component: string;
  /** What the portal has to be up for: called once it is ready. */
  whenReady?: () => Promise<void>;
  /** How the demo ends and what it leaves behind. */
  farewell: string;
}
