using System.Text.RegularExpressions;

namespace Touchline.Differential.Fuzzing;

/// <summary>Differences that are meant or that have no answer, each with its reason; everything else is a mistake.</summary>
internal static class KnownDifferences
{
    private static readonly (string Query, string Difference, string Reason)[] All =
    [
        (@"histogram_fraction", @"^value: .*""NaN"" /", "later versions let the first classic bucket begin at zero, where 3.5 answers NaN"),
        (@"(topk|bottomk|limitk|limit_ratio)", @"^error: .*(Scalar|Ratio) value NaN .* / .*(Parameter|Ratio) value is NaN", "later versions say that the parameter is NaN"),
        (@"info\s*\(", @"^error: .*found duplicate series for info metric .* / .*found duplicate series for info metric", "later versions say which series they are"),
        (@"info\s*\(.*\[[^\]]*:", @"^(error|series|value|points|time): ", "3.5 mixes up info series that come and go from step to step"),
        (@"\[", @"^error: .*unexpected colon .* / .*unexpected character: .*, expected ':'", "later versions word it so"),
        (@"(sin|cos|tan)\s*\(.*(\^|exp|cosh|sinh)", "^value: ", "the last digit of a huge number, for which Go has its own power, decides about its sine"),
        (@"\^.*%", "^value: ", "as for the sine, about the remainder"),
        (@"(==|!=|<|>)", "^error: none / .*multiple matches for labels", "3.5 does not see that there is too much to match where a filter leaves only one"),
        (@"limit_ratio|topk|bottomk|limitk", "^error: none / .* value is NaN", "later versions say so where there is nothing to select from, too"),
        (@"(start|end|range|step)\s*\(\s*\)", @"^error: .*unexpected ""\("".* / ", "later versions have these functions"),
        (@"info\s*\(.*offset", "^(error|series|value|points|time): ", "which info series are read depends on start and end of the range, and 3.5 mixes them up there"),
        (@"histogram_fraction", @"^(series|points): .*", "a filter of what is NaN in 3.5"),
        (@"(changes|resets).*atan2", "^value: ", "the last digit, for which Go has its own arc tangent, makes a change"),
        (@"atan2", "^warnings: ", "the last digit, for which Go has its own arc tangent, is told"),
        (@"(limitk|topk|bottomk|limit_ratio).*count_values", "^(series|value|points|time): ", "count_values has its series in the order of a Go map"),
        (@"limitk[^(]*\([^(]*,.*\(", "^(series|value|points): ", "over several steps what a function or an operator answers is in the order of a Go map"),
        (@"\[[^\]]*:", "^warnings: .*should be between", "Prometheus evaluates a subquery up to the end of the range, beyond the last step, which only notes tell"),
        (@"count_values.*(\[|exp|sin|cos|tan|ln|log|\^)", "^(series|points|value): ", "the last digit of a number tells its label"),
        (@"info\s*\(.*__name__", "^error: none / .*overflows", "nothing is left there, in 3.5, that could be too much"),
        (@"count_values.*histogram_fraction", "^series: .*NaN", "as for the fraction itself"),
        (@"(?i)(by|without|on|ignoring)\s*(#[^\n]*\n\s*)?\(", "^error: .*(must not occur in ON and GROUP|must use BOOL|bool modifier)", "behind a list of labels, 3.5 misplaces the end of the left operand"),
        (@"info\s*\(", "^series: .* should not be there", "3.5 leaves out series that have the demanded label themselves, as those that have no info series"),
        (@"info\s*\(.*__name__", @"^series: .* should not be there", "a matcher of the info metric's name removes series without instance and job in 3.5, as conditions on data labels do"),
    ];

    /// <summary>Whether a note is given by later versions only.</summary>
    public static bool IsLaterNote(string note) =>
        note.StartsWith("PromQL warning: sort is ineffective for range queries", StringComparison.Ordinal) || note.Contains(" has NaN observations, ", StringComparison.Ordinal);

    public static bool Explain(string query, string difference) =>
        All.Any(k => Regex.IsMatch(query, k.Query, RegexOptions.Singleline) && Regex.IsMatch(difference, k.Difference, RegexOptions.Singleline));
}
