using System.Globalization;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>
/// Reads /proc/cpuinfo, which is another text on every architecture, into fields under the names that they have on x86. What an architecture says under a name that means something
/// else there is left out, as node_exporter leaves it out.
/// </summary>
internal static class CpuInfoText
{
    public const string Number = "processor";
    public const string Clock = "cpu MHz";
    public const string Abilities = "flags";

    private const string Vendor = "vendor_id";
    private const string ModelName = "model name";
    private const string Core = "core id";
    private const string Package = "physical id";

    private static readonly Dictionary<string, string> X86 = new[]
    {
        Vendor, "cpu family", "model", ModelName, "stepping", "microcode", Clock, "cache size", Package, Core, Abilities, "bugs",
    }.ToDictionary(field => field, StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Arm = new(StringComparer.Ordinal) { [ModelName] = ModelName };

    private static readonly Dictionary<string, string> Power = new(StringComparer.Ordinal) { ["cpu"] = Vendor, ["clock"] = Clock };

    private static readonly Dictionary<string, string> RiscV = new(StringComparer.Ordinal) { ["hart"] = Core, ["isa"] = ModelName };

    private static readonly Dictionary<string, string> S390 = new(StringComparer.Ordinal) { [Package] = Package, [Core] = Core, ["cpu MHz dynamic"] = Clock };

    /// <summary>The fields of each processor.</summary>
    public static List<Dictionary<string, string>> Read(IReadOnlyList<string> lines)
    {
        var fields = lines.Select(Split).Where(field => field.Name.Length > 0).ToList();
        return fields switch
        {
            [{ Name: Vendor }, ..] => ReadS390(fields),
            _ when fields.Exists(field => field.Name is "Features") => ReadArm(fields),
            _ when fields.Exists(field => field.Name is "hart") => ReadEach(fields, RiscV),
            _ when fields.Exists(field => field.Name is "cpu") => ReadEach(fields, Power),
            _ => ReadEach(fields, X86),
        };
    }

    /// <summary>In MHz, 0 where it is not told.</summary>
    public static double Megahertz(IReadOnlyDictionary<string, string> processor)
    {
        // Power writes the unit behind it.
        var text = processor.GetValueOrDefault(Clock, "").AsSpan().Trim();
        var end = text.IndexOfAnyExcept("0123456789.");
        return double.TryParse(end < 0 ? text : text[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var megahertz) ? megahertz : 0;
    }

    private static (string Name, string Value) Split(string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? ("", "") : (line[..colon].Trim(), line[(colon + 2)..]);
    }

    /// <summary>Processors that begin with their number each.</summary>
    private static List<Dictionary<string, string>> ReadEach(IEnumerable<(string Name, string Value)> fields, Dictionary<string, string> names)
    {
        var processors = new List<Dictionary<string, string>>();
        foreach (var (name, value) in fields)
        {
            if (name == Number)
            {
                processors.Add(new Dictionary<string, string>(StringComparer.Ordinal) { [Number] = value });
            }
            else if (processors.Count > 0 && names.TryGetValue(name, out var known))
            {
                processors[^1][known] = value;
            }
        }
        return processors;
    }

    /// <summary>Abilities stand once or with each processor, and are those of all; older kernels have one model, under <c>Processor</c>, and do not number a single processor.</summary>
    private static List<Dictionary<string, string>> ReadArm(List<(string Name, string Value)> fields)
    {
        var processors = ReadEach(fields, Arm);
        if (processors.Count == 0)
        {
            processors.Add(new Dictionary<string, string>(StringComparer.Ordinal) { [Number] = "0" });
        }
        var model = fields[0].Name == "Processor" ? fields[0].Value : "";
        var abilities = fields.FindLast(field => field.Name == "Features").Value;
        foreach (var processor in processors)
        {
            processor.TryAdd(ModelName, model);
            processor[Abilities] = abilities;
        }
        return processors;
    }

    /// <summary>First what all have in common, with a line for each processor, <c>processor 0: version = FF, …</c>; then, behind <c>cpu number</c>, what each has of its own.</summary>
    private static List<Dictionary<string, string>> ReadS390(List<(string Name, string Value)> fields)
    {
        var own = fields.FindIndex(field => field.Name == "cpu number");
        var common = fields.GetRange(0, own < 0 ? fields.Count : own);
        var processors = common.Where(field => field.Name.StartsWith(Number + " ", StringComparison.Ordinal)).Select(field => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Number] = field.Name[Number.Length..].Trim(),
            [Vendor] = fields[0].Value,
            [Abilities] = common.Find(other => other.Name == "features").Value ?? "",
        }).ToList();
        var current = -1;
        foreach (var (name, value) in fields.Skip(common.Count))
        {
            current += name == "cpu number" ? 1 : 0;
            if (current < processors.Count && S390.TryGetValue(name, out var known))
            {
                processors[current][known] = value;
            }
        }
        return processors;
    }
}
