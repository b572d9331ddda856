using System.Globalization;

namespace FootballPrediction.Metrics;

/// <summary>How busy the host is, from Linux's /proc; elsewhere there is nothing to say.</summary>
internal sealed class HostUsage(string proc = "/proc")
{
    private ulong _lastBusy;
    private ulong _lastTotal;

    /// <summary>The share of CPU time since the last call that was not idle, 0 to 100; null on the first call.</summary>
    public double? CpuPercent()
    {
        string file = Path.Combine(proc, "stat");
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault() : null;
        if (line is null || !line.StartsWith("cpu ", StringComparison.Ordinal))
        {
            return null;
        }

        // user nice system idle iowait irq softirq steal; guest time, which follows, is counted within user already.
        ulong[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number)];
        ulong total = ticks.Aggregate(0UL, (sum, value) => sum + value);
        ulong busy = total - ticks[3] - ticks[4];
        double? percent = _lastTotal == 0 || total <= _lastTotal
            ? null
            : Math.Clamp(100.0 * (busy - (double)_lastBusy) / (total - _lastTotal), 0, 100);
        (_lastBusy, _lastTotal) = (busy, total);
        return percent;
    }

    /// <summary>The share of memory that is not available to programs, 0 to 100.</summary>
    public double? MemoryPercent()
    {
        string file = Path.Combine(proc, "meminfo");
        if (!File.Exists(file))
        {
            return null;
        }

        Dictionary<string, ulong> kibibytes = File.ReadLines(file)
            .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length >= 2)
            .ToDictionary(parts => parts[0], parts => Number(parts[1]));
        return kibibytes.TryGetValue("MemTotal", out ulong total) && kibibytes.TryGetValue("MemAvailable", out ulong available) && total > 0
            ? 100.0 * (total - available) / total
            : null;
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
