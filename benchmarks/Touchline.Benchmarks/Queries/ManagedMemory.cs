using System.Globalization;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Queries;

/// <summary>What a server says of its own heap since its start: bytes that it allocated, and how often all of it was collected. All three are of languages with one.</summary>
internal readonly record struct ManagedMemory(double AllocatedBytes, double FullCollections)
{
    public static ManagedMemory operator -(ManagedMemory later, ManagedMemory earlier) =>
        new(later.AllocatedBytes - earlier.AllocatedBytes, later.FullCollections - earlier.FullCollections);

    public static async Task<ManagedMemory> ReadAsync(Server server)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        var lines = (await http.GetStringAsync(server.Address + "/metrics")).Split('\n');
        return new ManagedMemory(
            ValueOf("dotnet_gc_allocated_bytes_total ") ?? ValueOf("go_memstats_alloc_bytes_total ") ?? 0,
            ValueOf("dotnet_collection_count_total{generation=\"2\"} ") ?? ValueOf("go_gc_duration_seconds_count ") ?? 0);

        double? ValueOf(string series) => lines.FirstOrDefault(line => line.StartsWith(series, StringComparison.Ordinal)) is { } line
            ? double.Parse(line.AsSpan(series.Length), CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>What reading it costs itself.</summary>
    public static async Task<ManagedMemory> OfReadingAsync(Server server)
    {
        _ = await ReadAsync(server);
        var before = await ReadAsync(server);
        return await ReadAsync(server) - before;
    }
}
