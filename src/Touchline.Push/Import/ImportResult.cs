namespace Touchline.Push.Import;

/// <summary>What became of a body of samples.</summary>
/// <param name="Stored">Samples that are stored, those that were there already included.</param>
/// <param name="Refused">Lines that are not.</param>
/// <param name="Errors">What is wrong with the first of them, by line.</param>
/// <param name="IsUnavailable">Whether the store takes nothing for now, so that the same body may be sent again.</param>
public readonly record struct ImportResult(int Stored, int Refused, IReadOnlyList<string> Errors, bool IsUnavailable);
