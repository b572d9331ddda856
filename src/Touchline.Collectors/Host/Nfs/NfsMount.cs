using System.Globalization;

namespace Touchline.Collectors.Host.Nfs;

/// <summary>A connection to a server. UDP has no figures on being connected, so that the others stand elsewhere in its line.</summary>
internal sealed class NfsTransport(string protocol, double[] figures)
{
    // Of a line's numbers: for UDP, connects, idle time while connecting and idle time are missing.
    private const int FirstMissing = 2;
    private const int MissingOfUdp = 3;

    public string Protocol { get; } = protocol;

    /// <summary>By the place that a figure has in the line of a TCP connection; 0 where there is none.</summary>
    public double Figure(int place)
    {
        if (Protocol == "udp" && place >= FirstMissing)
        {
            place = place < FirstMissing + MissingOfUdp ? figures.Length : place - MissingOfUdp;
        }
        return place < figures.Length ? figures[place] : 0;
    }
}

/// <summary>A mount of an NFS server, as /proc/self/mountstats describes it.</summary>
internal sealed class NfsMount(string export, string address)
{
    private readonly Dictionary<string, double[]> _lines = new(StringComparer.Ordinal);

    public double AgeSeconds { get; private set; }

    public List<NfsTransport> Transports { get; } = [];

    public List<(string Operation, double[] Figures)> Operations { get; } = [];

    public string[] Labels => ["export", export, "protocol", Transports[0].Protocol, "mountaddr", address];

    public double Figure(string line, int place) => _lines.TryGetValue(line, out var figures) && place < figures.Length ? figures[place] : 0;

    /// <exception cref="FormatException">A figure is no number.</exception>
    public static List<NfsMount> Parse(string text, IReadOnlyList<string> addresses)
    {
        var mounts = new List<NfsMount>();
        NfsMount? current = null;
        var (place, inOperations) = (-1, false);
        foreach (var line in text.Split('\n'))
        {
            switch (line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            {
                case ["device", var device, "mounted", "on", _, "with", "fstype", var type, ..]:
                    place++;
                    inOperations = false;
                    current = type is "nfs" or "nfs4" ? new NfsMount(device, place < addresses.Count ? addresses[place] : "") : null;
                    if (current is not null)
                    {
                        mounts.Add(current);
                    }
                    break;
                case ["per-op", ..]:
                    inOperations = true;
                    break;
                case [var word, .. var words] when current is not null:
                    current.Read(word.TrimEnd(':'), words, inOperations);
                    break;
                default:
                    break;
            }
        }
        return mounts;
    }

    private void Read(string word, string[] words, bool inOperations)
    {
        if (inOperations)
        {
            Operations.Add((word, Numbers(words)));
            return;
        }
        switch (word)
        {
            case "age":
                AgeSeconds = Numbers(words).FirstOrDefault();
                break;
            case "bytes" or "events":
                _lines[word] = Numbers(words);
                break;
            case "xprt" when words.Length > 0:
                Transports.Add(new NfsTransport(words[0], Numbers(words[1..])));
                break;
            default:
                break;
        }
    }

    private static double[] Numbers(string[] words) => [.. words.Select(word => double.Parse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))];
}
