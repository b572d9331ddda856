using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>How many interfaces each bond has, and how many of them are up, from /sys/class/net.</summary>
internal sealed class BondingCollector(HostOptions options) : NodeCollector("bonding")
{
    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/net");

    public override void Collect(IMetricWriter writer)
    {
        var path = Path.Combine(_folder, "bonding_masters");
        if (!IsHere(path))
        {
            return;
        }
        var bonds = Words(path).Select(bond => (Name: bond, States: SlaveStates(bond).ToList())).ToList();
        writer.Family("node_bonding_active", MetricType.Gauge, "Number of active slaves per bonding interface.");
        foreach (var (name, states) in bonds)
        {
            writer.Sample(states.Count(state => state == "up"), "master", name);
        }
        writer.Family("node_bonding_slaves", MetricType.Gauge, "Number of configured slaves per bonding interface.");
        foreach (var (name, states) in bonds)
        {
            writer.Sample(states.Count, "master", name);
        }
    }

    private IEnumerable<string> SlaveStates(string bond)
    {
        foreach (var slave in Words(Path.Combine(_folder, bond, "bonding/slaves")))
        {
            // Kernels before 3.9 named the link otherwise.
            yield return _files.TryText(Path.Combine(_folder, bond, $"lower_{slave}", "bonding_slave/mii_status"), out var state)
                ? state
                : _files.Text(Path.Combine(_folder, bond, $"slave_{slave}", "bonding_slave/mii_status"));
        }
    }

    private string[] Words(string path) => _files.Text(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
