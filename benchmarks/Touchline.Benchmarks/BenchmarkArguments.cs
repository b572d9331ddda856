using System.Globalization;

namespace Touchline.Benchmarks;

/// <summary>What a command under benchmarks/ was asked: the verb, the root of the repository, then numbers and options.</summary>
internal sealed class BenchmarkArguments
{
    private readonly List<string> _positional = [];
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    public BenchmarkArguments(IReadOnlyList<string> words)
    {
        if (words.Count < 2)
        {
            throw new ArgumentException("usage: Touchline.Benchmarks VERB ROOT [NUMBER…] [--option value…]");
        }
        Verb = words[0];
        Root = words[1];
        for (var i = 2; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                _positional.Add(words[i]);
                continue;
            }
            var hasValue = i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            _options[words[i]] = hasValue ? words[++i] : "";
        }
    }

    public string Verb { get; }

    /// <summary>The root of the repository.</summary>
    public string Root { get; }

    /// <summary>Where the peers are unpacked.</summary>
    public string Peers => Environment.GetEnvironmentVariable("TOUCHLINE_PEERS") ?? Path.Combine(Root, "artifacts", "peers");

    /// <summary>The first of the loopback ports to listen on.</summary>
    public int Port => int.Parse(Environment.GetEnvironmentVariable("TOUCHLINE_BENCHMARK_PORT") ?? "29200", CultureInfo.InvariantCulture);

    public int Number(int index, int otherwise) =>
        _positional.Count > index ? int.Parse(_positional[index], CultureInfo.InvariantCulture) : otherwise;

    public int Option(string name, int otherwise) =>
        _options.TryGetValue(name, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Words separated by commas; those that are the default where the option is not given.</summary>
    public IReadOnlyList<string> Option(string name, params string[] otherwise) =>
        _options.TryGetValue(name, out var value) ? value.Split(',') : otherwise;

    public bool Has(string name) => _options.ContainsKey(name);
}
