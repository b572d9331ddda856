using System.Text.RegularExpressions;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>
/// The syntax of selectors of Kubernetes, as far as telling a slip of the pen from what an API server takes. Source: "Labels and
/// Selectors" and "Field Selectors" of the Kubernetes documentation.
/// </summary>
internal static class KubernetesSelectorText
{
    private const string Key = "[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?";

    private const string Value = "(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?";

    private const string Requirement =
        $@"!?\s*{Key}|{Key}\s*(?:==|!=|=)\s*{Value}|{Key}\s*[<>]\s*-?[0-9]+|{Key}\s+(?:in|notin)\s*\(\s*{Value}(?:\s*,\s*{Value})*\s*\)";

    private static readonly Regex LabelRequirements = new($@"^\s*(?:{Requirement})(?:\s*,\s*(?:{Requirement}))*\s*$", RegexOptions.NonBacktracking);

    private static readonly Regex FieldRequirements = new("^[^=!,]+(?:==|!=|=)[^=!,]*(?:,[^=!,]+(?:==|!=|=)[^=!,]*)*$", RegexOptions.NonBacktracking);

    public static string? ProblemOfLabels(string text) => text.Length == 0 || LabelRequirements.IsMatch(text)
        ? null
        : $"unable to parse requirement: {QuotedString.Of(text)} is no label selector; key=value, key!=value, key in (a,b), key notin (a,b), key or !key behind commas";

    public static string? ProblemOfFields(string text) => text.Length == 0 || FieldRequirements.IsMatch(text)
        ? null
        : $"invalid selector: {QuotedString.Of(text)}; can't understand it: field=value or field!=value behind commas";
}
