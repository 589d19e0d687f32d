import { installReplicacheBench } from "../replicache-bench.ts";

installReplicacheBench({ isPersistAwaited: false });
