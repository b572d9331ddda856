using System.Runtime.InteropServices;
using Touchline.Collectors;
using Touchline.Collectors.OwnProcess;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.RemoteWrite.Sending.Passing;
using Touchline.Storage;
using Touchline.Telemetry;

namespace Touchline.Agent;

/// <summary>All that an agent tells of itself.</summary>
internal sealed class AgentSource(RunningConfiguration configuration, PassingStore store, RemoteStorageSource remotes, ProcessCollector process) : IMetricSource
{
    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        writer.Family("touchline_build_info", MetricType.Gauge, "Which Touchline this is; always 1.");
        writer.Sample(1, "version", BuildVersion.Version, "revision", BuildVersion.Revision, "runtime", RuntimeInformation.FrameworkDescription);
        writer.Family("prometheus_config_last_reload_successful", MetricType.Gauge, "Whether the last configuration reload attempt was successful.");
        writer.Sample(configuration.Error.Length == 0 ? 1 : 0);
        writer.Family("prometheus_agent_active_series", MetricType.Gauge, "Number of active series being tracked by the agent storage");
        writer.Sample(store.SeriesCount);
        writer.Family("prometheus_agent_samples_appended_total", MetricType.Counter, "Total number of samples appended to the storage");
        writer.Sample(store.Count(AppendStatus.Stored), "type", "float");
        writer.Family("prometheus_agent_out_of_order_samples_total", MetricType.Counter, "Total number of out of order samples ingestion failed attempts.");
        writer.Sample(store.Count(AppendStatus.OutOfOrder));
        remotes.Collect(writer, cancellationToken);
        process.Collect(writer, cancellationToken);
    }
}
