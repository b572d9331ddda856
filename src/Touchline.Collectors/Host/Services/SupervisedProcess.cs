using System.Globalization;
using System.Xml.Linq;

namespace Touchline.Collectors.Host.Services;

/// <summary>A process as supervisord describes it. <paramref name="Start"/> is in seconds since 1970.</summary>
internal sealed record SupervisedProcess(string Name, string Group, double State, double ExitStatus, double Start)
{
    private const double Starting = 10;
    private const double Running = 20;
    private const double Stopping = 40;

    public bool IsRunning => State is Starting or Running or Stopping;

    /// <summary>Reads the answer to getAllProcessInfo: an array of structs. Source: http://xmlrpc.com/spec.md</summary>
    /// <exception cref="FormatException">It is another answer, or supervisord refuses; the message says what it says.</exception>
    public static IEnumerable<SupervisedProcess> ReadAll(XDocument answer)
    {
        if (answer.Root?.Element("fault") is { } fault)
        {
            throw new FormatException($"supervisord refuses: {fault.Value}");
        }
        var array = answer.Root?.Element("params")?.Element("param")?.Element("value")?.Element("array")?.Element("data")
            ?? throw new FormatException("supervisord gives no list of processes");
        return array.Elements("value").Select(value => Read(value.Element("struct") ?? throw new FormatException("a process is no struct")));
    }

    private static SupervisedProcess Read(XElement members)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in members.Elements("member"))
        {
            values[member.Element("name")?.Value ?? ""] = member.Element("value")?.Value ?? "";
        }
        return new SupervisedProcess(
            values.GetValueOrDefault("name", ""), values.GetValueOrDefault("group", ""), Number("state"), Number("exitstatus"), Number("start"));

        double Number(string name) => long.TryParse(values.GetValueOrDefault(name, "0"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{name} of a process is a whole number, and not '{values[name]}'");
    }
}
