namespace Touchline.Configuration;

/// <summary>How bad a finding is: a warning is skipped over (unless strict), an error makes the part it stands in unusable.</summary>
public enum ConfigSeverity
{
    Warning,
    Error,
}

/// <summary>One finding in a configuration file. Lines and columns count from 1; 0 where the file as a whole is meant.</summary>
public sealed record ConfigDiagnostic(ConfigSeverity Severity, string File, int Line, int Column, string Message)
{
    /// <summary>Prints as compilers do: <c>file:line:column: error: message</c>.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Severity == ConfigSeverity.Error ? "error" : "warning")}: {Message}";
}
