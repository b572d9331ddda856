namespace Touchline.Configuration.Syntax;

/// <summary>Gathers what is found while files are read, each finding once, and no more than anybody reads.</summary>
internal sealed class Findings
{
    private const int MaxFindings = 1000;

    private readonly string _file;
    private readonly List<ConfigDiagnostic> _all;
    private readonly HashSet<ConfigDiagnostic> _seen;

    public Findings(string file, bool strict)
        : this(file, strict, [], [])
    {
    }

    private Findings(string file, bool strict, List<ConfigDiagnostic> all, HashSet<ConfigDiagnostic> seen)
    {
        _file = file;
        Strict = strict;
        _all = all;
        _seen = seen;
    }

    public bool Strict { get; }

    /// <summary>Errors said in this file so far. What is read between two looks at it is unusable where it grew.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Everything found, in the order of the text; files in the order in which they were looked at.</summary>
    public IReadOnlyList<ConfigDiagnostic> All
    {
        get
        {
            var files = _all.Select(finding => finding.File).Distinct().ToList();
            return [.. _all.OrderBy(finding => files.IndexOf(finding.File)).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)];
        }
    }

    /// <summary>Findings of another file, gathered in the same list.</summary>
    public Findings For(string file) => new(file, Strict, _all, _seen);

    /// <summary>Findings of a part of this file in which nothing may be skipped, gathered in the same list, their errors counted by themselves.</summary>
    public Findings Strictly() => new(_file, true, _all, _seen);

    public void Error(TextPosition at, string message)
    {
        ErrorCount++;
        Add(ConfigSeverity.Error, at, message);
    }

    public void Error(ConfigNode at, string message) => Error(at.At, message);

    public void Warning(TextPosition at, string message) => Add(ConfigSeverity.Warning, at, message);

    public void Warning(ConfigNode at, string message) => Warning(at.At, message);

    /// <summary>Something that Prometheus refuses and that can be left out without harm: an error only where the reader is strict.</summary>
    public void Skipped(ConfigNode at, string message)
    {
        if (Strict)
        {
            Error(at, message);
        }
        else
        {
            Warning(at, message + " (skipped)");
        }
    }

    private void Add(ConfigSeverity severity, TextPosition at, string message)
    {
        if (_all.Count > MaxFindings)
        {
            return;
        }
        var finding = _all.Count < MaxFindings
            ? new ConfigDiagnostic(severity, _file, at.Line, at.Column, message)
            : new ConfigDiagnostic(severity, _file, at.Line, at.Column, "there is more that is not listed");
        if (_seen.Add(finding))
        {
            _all.Add(finding);
        }
    }
}
