using System.Buffers.Binary;
using Touchline.Collectors.Host.Settings;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Collectors.Host.Services;

/// <summary>
/// Services that runit supervises: runsv keeps the state of each in a file of 20 bytes, <c>supervise/status</c>. Source: runit's documentation of runsv(8) and its sv program.
/// </summary>
internal sealed class RunitCollector(HostOptions options) : NodeCollector("runit")
{
    internal static readonly NodeFlag ServiceDirectory = new("collector.runit.servicedir", NodeFlagKind.Text, "/etc/service", "Directory of the services that runit supervises.");

    private const int StatusBytes = 20;
    private const int Want = 17;
    private const int State = 19;

    // As many as no machine runs; each is a file to read.
    private const int MaxServices = 10_000;

    /// <summary>Times are TAI64: seconds since 1970, ten of them leap seconds from before, beyond 2^62.</summary>
    private const long TaiOf1970 = (1L << 62) + 10;

    private readonly string _folder = options.Flags.Text(ServiceDirectory);

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        Span<byte> status = stackalloc byte[StatusBytes];
        foreach (var entry in new DirectoryInfo(_folder).EnumerateFileSystemInfos().Take(MaxServices).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            // Services are usually linked into the folder.
            var isService = entry.Attributes.HasFlag(FileAttributes.Directory) || entry.LinkTarget is not null;
            if (isService && TryRead(Path.Combine(entry.FullName, "supervise/status"), status))
            {
                Add(table, entry.Name, status, !Path.Exists(Path.Combine(entry.FullName, "supervise/down")));
            }
        }
        table.WriteTo(writer);
    }

    private static void Add(FamilyTable table, string service, ReadOnlySpan<byte> status, bool isNormallyUp)
    {
        Write("state", "State of runit service.", status[State]);
        Write("desired_state", "Desired state of runit service.", status[Want] == 'u' ? 1 : 0);
        Write("normal_state", "Normal state of runit service.", isNormallyUp ? 1 : 0);
        Write("state_last_change_timestamp_seconds", "Unix timestamp of the last runit service state change.", BinaryPrimitives.ReadInt64BigEndian(status) - TaiOf1970);

        void Write(string name, string help, double value) => table.Gauge($"node_service_{name}", help, value, "service", service, "supervisor", "runit");
    }

    /// <summary>False where runsv has not begun to supervise the service. What a short file lacks is 0.</summary>
    private static bool TryRead(string path, Span<byte> status)
    {
        status.Clear();
        try
        {
            using var file = PlainFile.OpenRead(path);
            return file.ReadAtLeast(status, status.Length, throwOnEndOfStream: false) > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
