using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Services;

/// <summary>Processes that supervisord runs, asked over its XML-RPC.</summary>
internal sealed class SupervisordCollector : NodeCollector
{
    internal static readonly NodeFlag Address = new(
        "collector.supervisord.url", NodeFlagKind.Text, "http://localhost:9001/RPC2", "Where supervisord is asked: http://HOST:PORT/RPC2, or unix:/path/of/its.sock.")
    {
        Check = text => SupervisordClient.IsAddress(text) ? null : $"\"{text}\" is not where supervisord is asked; write http://localhost:9001/RPC2 or unix:/run/supervisor.sock",
    };

    // Below what the host collector grants, so that one that does not answer is named as such and leaves no thread behind.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    private readonly SupervisordClient _client;

    public SupervisordCollector(HostOptions options)
        : base("supervisord") => _client = new SupervisordClient(options.Flags.Text(Address), Patience);

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        foreach (var process in _client.Processes())
        {
            string[] labels = ["name", process.Name, "group", process.Group];
            table.Gauge("node_supervisord_state", "Process State", process.State, labels);
            table.Gauge("node_supervisord_exit_status", "Process Exit Status", process.ExitStatus, labels);
            table.Gauge("node_supervisord_up", "Process Up", process.IsRunning ? 1 : 0, labels);
            if (process.IsRunning)
            {
                table.Counter("node_supervisord_start_time_seconds", "Process start time", process.Start, labels);
            }
        }
        table.WriteTo(writer);
    }

    public override void Dispose() => _client.Dispose();
}
