using System.CommandLine;
using System.Globalization;
using Touchline.Hosting;
using Touchline.Push.StatsD;
using static Touchline.Cli.FlagMaker;

namespace Touchline.Cli;

/// <summary>The flags of StatsD, named as statsd_exporter's where it has them.</summary>
internal sealed class StatsDFlags
{
    private const int LeastPacketBytes = 64;
    private const int MostPacketBytes = 65_507;

    /// <summary>Of statsd_exporter, and without a meaning here: events wait in no queue, and mapped names are always remembered.</summary>
    private static readonly string[] Meaningless =
    [
        "statsd.cache-size", "statsd.cache-type", "statsd.event-queue-size", "statsd.event-flush-threshold", "statsd.event-flush-interval",
        "statsd.udp-packet-queue-size", "debug.dump-fsm",
    ];

    private static readonly StatsDOptions Defaults = new();

    private readonly IReadOnlyList<Option<string>> _meaningless = [.. Meaningless.Select(name => Hidden(Text(name, "", "Accepted for compatibility with statsd_exporter.", "VALUE")))];

    public Option<string> ListenUdp { get; } = Text("statsd.listen-udp", "", "Address to take StatsD at over UDP, HOST:PORT, as 127.0.0.1:9125. Off where empty.", "ADDRESS");

    public Option<string> ListenTcp { get; } = Text("statsd.listen-tcp", "", "Address to take StatsD at over TCP. Off where empty.", "ADDRESS");

    public Option<string> ListenUnixgram { get; } = Text("statsd.listen-unixgram", "", "Unix datagram socket to take StatsD at. Off where empty.", "PATH");

    public Option<string> UnixSocketMode { get; } = Text("statsd.unixsocket-mode", "755", "Permissions of that socket, in octal; whoever sends must be allowed to write.", "MODE");

    public Option<string> ReadBuffer { get; } = Text("statsd.read-buffer", Defaults.ReadBufferBytes.ToString(CultureInfo.InvariantCulture), "Bytes of datagrams that the system keeps until they are read.", "BYTES");

    public Option<string> MappingConfig { get; } = Text("statsd.mapping-config", "", "File with mappings of StatsD names, as statsd_exporter has it. Read again when it changes.", "FILE");

    public Option<string[]> RelayAddress { get; } = new("--statsd.relay.address")
    {
        Description = "Address that every StatsD line is sent on to over UDP, HOST:PORT. Can be repeated.",
        HelpName = "ADDRESS",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string> RelayPacketLength { get; } = Text("statsd.relay.packet-length", Defaults.RelayPacketBytes.ToString(CultureInfo.InvariantCulture), "Most bytes of a datagram that is sent on.", "BYTES");

    public Option<bool> ParseDogStatsD { get; } = Switch("statsd.parse-dogstatsd-tags", "Take DogStatsD's tags: name:1|c|#a:b.", true);

    public Option<bool> ParseInfluxDB { get; } = Switch("statsd.parse-influxdb-tags", "Take InfluxDB's tags: name,a=b:1|c.", true);

    public Option<bool> ParseLibrato { get; } = Switch("statsd.parse-librato-tags", "Take Librato's tags: name#a=b:1|c.", true);

    public Option<bool> ParseSignalFX { get; } = Switch("statsd.parse-signalfx-tags", "Take SignalFX's tags: name[a=b]:1|c.", true);

    public Option<string> MaxSeries { get; } = Text("statsd.max-series", "50000", "Most series that StatsD may make; new ones beyond it are counted and dropped.", "NUMBER");

    public Option<string> Ttl { get; } = Text("statsd.ttl", "0s", "How long a StatsD series is shown that nobody sends any more; 0s for ever. A mapping may say otherwise.", "DURATION");

    /// <summary>In the order of <c>--help</c>.</summary>
    public IReadOnlyList<Option> All =>
    [
        ListenUdp, ListenTcp, ListenUnixgram, UnixSocketMode, ReadBuffer, MappingConfig, RelayAddress, RelayPacketLength, ParseDogStatsD, ParseInfluxDB, ParseLibrato, ParseSignalFX,
        MaxSeries, Ttl, .. _meaningless,
    ];

    /// <summary>What was given of all that is StatsD's own; mistakes are added to a list.</summary>
    public StatsDOptions Read(ParseResult parsed, ICollection<string> errors, ICollection<string> warnings)
    {
        foreach (var flag in _meaningless.Where(flag => parsed.GetResult(flag) is { Implicit: false }))
        {
            warnings.Add($"{flag.Name} is a flag of statsd_exporter that has no effect here");
        }
        return new StatsDOptions
        {
            UnixgramPath = parsed.GetValue(ListenUnixgram) ?? "",
            UnixgramMode = Mode(parsed, errors),
            ReadBufferBytes = Number(parsed, ReadBuffer, 0, int.MaxValue, errors) is > 0 and var bytes ? bytes : Defaults.ReadBufferBytes,
            MappingFile = parsed.GetValue(MappingConfig) ?? "",
            RelayAddresses = Relays(parsed, errors),
            RelayPacketBytes = Number(parsed, RelayPacketLength, LeastPacketBytes, MostPacketBytes, errors),
            TagStyles = Style(parsed, ParseDogStatsD, StatsDTagStyles.DogStatsD) | Style(parsed, ParseInfluxDB, StatsDTagStyles.InfluxDB)
                | Style(parsed, ParseLibrato, StatsDTagStyles.Librato) | Style(parsed, ParseSignalFX, StatsDTagStyles.SignalFX),
        };
    }

    private static StatsDTagStyles Style(ParseResult parsed, Option<bool> flag, StatsDTagStyles style) => parsed.GetValue(flag) ? style : StatsDTagStyles.None;

    private UnixFileMode Mode(ParseResult parsed, ICollection<string> errors)
    {
        const int Octal = 8;
        var text = parsed.GetValue(UnixSocketMode) ?? "";
        if (text.Length is > 0 and <= 4 && text.All(c => c is >= '0' and < '8'))
        {
            return (UnixFileMode)Convert.ToInt32(text, Octal);
        }
        errors.Add($"{UnixSocketMode.Name}: \"{text}\" is no mode: up to four digits from 0 to 7, as 755");
        return Defaults.UnixgramMode;
    }

    private static int Number(ParseResult parsed, Option<string> flag, int least, int most, ICollection<string> errors)
    {
        var text = parsed.GetValue(flag) ?? "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{flag.Name}: \"{text}\" is not a number of bytes between {least} and {most}"));
        return least;
    }

    private List<string> Relays(ParseResult parsed, ICollection<string> errors)
    {
        var addresses = (parsed.GetValue(RelayAddress) ?? []).Where(address => address.Length > 0).Distinct().ToList();
        foreach (var address in addresses)
        {
            var colon = address.LastIndexOf(':');
            if (colon <= 0 || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            {
                errors.Add($"{RelayAddress.Name}: \"{address}\" is not HOST:PORT, as statsd.example:8125");
            }
        }
        return addresses;
    }

    private static Option<string> Hidden(Option<string> option)
    {
        option.Hidden = true;
        return option;
    }
}
