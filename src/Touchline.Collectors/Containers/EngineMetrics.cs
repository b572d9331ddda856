using Touchline.Collectors.Containers.Engines;
using Touchline.Model;

namespace Touchline.Collectors.Containers;

/// <summary>
/// What engines tell of containers that no group does: restarts, and how they ended. cAdvisor has no metrics for it, so these are
/// called <c>touchline_container_…</c>. Not thread-safe.
/// </summary>
internal sealed class EngineMetrics(IReadOnlyList<EngineWatch> watches)
{
    private readonly Dictionary<string, Labelled> _labels = new(StringComparer.Ordinal);
    private readonly List<(EngineContainer Container, Labelled Labels)> _containers = [];

    public void Write(IMetricWriter writer)
    {
        writer.Family("touchline_container_engine_up", MetricType.Gauge, "Whether a container engine answers on its socket; only those that have one are asked.");
        foreach (var watch in watches.Where(watch => watch.Snapshot.IsThere))
        {
            writer.Sample(watch.Snapshot.Answers ? 1 : 0, "engine", watch.Engine.Name, "socket", watch.Engine.Socket);
        }
        List();
        Write(writer, "touchline_container_finished_time_seconds", MetricType.Gauge, "When the container ended the last time, in seconds since the epoch.",
            container => container.FinishedAt?.ToUnixTimeSeconds());
        Write(writer, "touchline_container_last_exit_code", MetricType.Gauge, "How the container ended the last time: its exit code, 128 + n for signal n.",
            container => container.LastExitCode);
        Write(writer, "touchline_container_oom_killed", MetricType.Gauge, "Whether the container ended the last time because it had no memory left.",
            container => container.LastExitCode is null ? null : container.IsOomKilled ? 1 : 0);
        Write(writer, "touchline_container_restarts_total", MetricType.Counter, "How often the engine started the container again after it had ended.",
            container => container.Restarts);
        writer.Family("touchline_container_state", MetricType.Gauge, "1 for the state that the container is in.");
        foreach (var (container, labels) in _containers)
        {
            writer.Sample(1, labels.With(container.State));
        }
    }

    private void Write(IMetricWriter writer, string name, MetricType type, string help, Func<EngineContainer, double?> figure)
    {
        writer.Family(name, type, help);
        foreach (var (container, labels) in _containers)
        {
            if (figure(container) is { } value)
            {
                writer.Sample(value, labels.Base);
            }
        }
    }

    private void List()
    {
        _containers.Clear();
        var before = new Dictionary<string, Labelled>(_labels, StringComparer.Ordinal);
        _labels.Clear();
        foreach (var container in watches.SelectMany(watch => watch.Snapshot.Containers).Where(container => !container.IsSandbox).OrderBy(container => container.Id, StringComparer.Ordinal))
        {
            var labels = before.TryGetValue(container.Id, out var known) && known.Identity.IsSameAs(container.Identity) ? known : new Labelled(container);
            // Two sockets may lead to one engine.
            if (_labels.TryAdd(container.Id, labels))
            {
                _containers.Add((container, labels));
            }
        }
    }

    /// <summary>The labels of one container's series, made once.</summary>
    private sealed class Labelled
    {
        private readonly string[]?[] _byState = new string[Enum.GetValues<ContainerState>().Length][];

        public Labelled(EngineContainer container)
        {
            Identity = container.Identity;
            var labels = new List<string> { "container_id", container.Id };
            Add("name", Identity.Name);
            Add("image", Identity.Image);
            Add("container", Identity.Label("io.kubernetes.container.name"));
            Add("pod", Identity.Label("io.kubernetes.pod.name"));
            Add("namespace", Identity.Label("io.kubernetes.pod.namespace"));
            Base = [.. labels];

            void Add(string name, string value)
            {
                if (value.Length > 0)
                {
                    labels.Add(name);
                    labels.Add(value);
                }
            }
        }

        public ContainerIdentity Identity { get; }

        public string[] Base { get; }

        public string[] With(ContainerState state) => _byState[(int)state] ??= [.. Base, "state", state.ToString().ToLowerInvariant()];
    }
}
