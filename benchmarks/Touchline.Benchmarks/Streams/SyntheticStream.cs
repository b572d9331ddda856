namespace Touchline.Benchmarks.Streams;

/// <summary>
/// A fleet of machines, a thousand series each: 40 % integer counters, 20 % counters with two decimals, 10 % gauges with two
/// decimals, 5 % random doubles, 25 % constants. The values are drawn from a generator with a fixed seed for each series.
/// </summary>
internal sealed class SyntheticStream : WriteStream
{
    public const int SeriesPerTarget = 1000;

    private readonly byte[][] _labels;
    private readonly double[] _state;
    private readonly ulong[] _random;

    public SyntheticStream(int targets, int steps, long startMs)
        : base(targets, steps, startMs)
    {
        _labels = new byte[Series][];
        _state = new double[Series];
        _random = new ulong[Series];
        for (var i = 0; i < Series; i++)
        {
            _labels[i] = LabelEncoding.Encode(Labels(i / SeriesPerTarget, i % SeriesPerTarget));
            _random[i] = ((ulong)i + 1) * 0x9e3779b97f4a7c15;
            _state[i] = (i % SeriesPerTarget) switch
            {
                < 400 => Next(i, 1_000_000_000),
                < 600 => Next(i, 1_000_000_000),
                < 700 => 2000 + Next(i, 6000),
                < 750 => 0,
                _ => Constants[Next(i, Constants.Length)],
            };
        }
    }

    private static readonly double[] Constants = [0, 1, 1, 1, 2, 4, 8, 100, 1024, 65_536, 8_589_934_592, 67_430_023_168, 1_762_954_123, 0.5, 2.25];

    /// <summary>How far an integer counter may grow in a step; the least is half of it. Slow, usual and busy ones.</summary>
    private static readonly int[] Rates = [2, 10, 20, 40, 100, 200, 1000, 1000];

    /// <summary>The same for seconds of a processor's mode: at most some 15 in a step.</summary>
    private static readonly int[] Hundredths = [12, 60, 300, 900];

    public static string InstanceOf(int target) => $"10.1.{target / 250}.{target % 250}:9100";

    public override string Description =>
        $"{Series:N0} series of {Targets:N0} targets × {Steps:N0} steps of 15 s, {(long)Series * Steps:N0} samples: 40 % integer counters, 20 % counters and 10 % gauges with two decimals, 5 % random doubles, 25 % constants";

    public override int Series => Targets * SeriesPerTarget;

    public override int TargetOf(int series) => series / SeriesPerTarget;

    public override ReadOnlySpan<byte> EncodedLabels(int series) => _labels[series];

    public override void NextValues(int step, Span<double> into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = (i % SeriesPerTarget) switch
            {
                < 400 => _state[i] += Increment(i, Rates[i % Rates.Length]),
                < 600 => (_state[i] += Increment(i, Hundredths[i % Hundredths.Length])) / 100,
                < 700 => (_state[i] = Math.Clamp(_state[i] + Next(i, 61) - 30, 0, 10_000)) / 100,
                < 750 => (Draw(i) >> 11) * (1.0 / (1UL << 53)),
                _ => _state[i],
            };
        }
    }

    /// <summary>No two series differ in their name only, so that functions that drop the name can be asked of all at once.</summary>
    private static IEnumerable<(string, string)> Labels(int target, int series)
    {
        (string, string)[] common = [("instance", InstanceOf(target)), ("job", "node"), ("cluster", $"eu-{target % 3}")];
        return common.Concat(series switch
        {
            < 200 => [("__name__", Network[series % 8]), ("device", $"eth{series}")],
            < 400 => [("__name__", "http_requests_total"), ("handler", $"/api/v1/{Handlers[series % 10]}"), ("method", Methods[series / 10 % 4]), ("code", Codes[series / 40 % 5])],
            < 600 => [("__name__", "node_cpu_seconds_total"), ("cpu", $"{(series - 400) / 8}"), ("mode", Modes[series % 8])],
            < 700 => [("__name__", "node_hwmon_temp_celsius"), ("chip", $"platform_coretemp_{(series - 600) / 25}"), ("sensor", $"temp{(series - 600) % 25}")],
            < 750 => [("__name__", "request_score"), ("handler", $"/api/v1/{Handlers[series % 10]}"), ("shard", $"{(series - 700) / 10}")],
            _ => [("__name__", Limits[series % 5]), ("device", $"/dev/nvme{series - 750}n1"), ("fstype", "ext4"), ("mountpoint", $"/data/{series - 750}")],
        });
    }

    private static readonly string[] Network =
    [
        "node_network_receive_bytes_total", "node_network_receive_packets_total", "node_network_receive_errs_total", "node_network_receive_drop_total",
        "node_network_transmit_bytes_total", "node_network_transmit_packets_total", "node_network_transmit_errs_total", "node_network_transmit_drop_total",
    ];

    private static readonly string[] Handlers = ["query", "query_range", "series", "labels", "targets", "rules", "alerts", "status", "metadata", "write"];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    private static readonly string[] Codes = ["200", "204", "400", "404", "500"];

    private static readonly string[] Modes = ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"];

    private static readonly string[] Limits = ["node_filesystem_size_bytes", "node_filesystem_files", "node_filesystem_readonly", "node_filesystem_device_error", "node_filesystem_mount_info"];

    /// <summary>Half of the rate and up to half more, drawn.</summary>
    private int Increment(int series, int rate) => rate / 2 + Next(series, rate / 2 + 1);

    private int Next(int series, int below) => (int)((Draw(series) >> 33) % (ulong)below);

    private ulong Draw(int series)
    {
        var x = _random[series];
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        _random[series] = x;
        return x * 0x2545f4914f6cdd1d;
    }
}
