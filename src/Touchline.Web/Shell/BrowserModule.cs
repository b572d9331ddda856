using Microsoft.JSInterop;

namespace Touchline.Web.Shell;

/// <summary>
/// The one ES module of the pages, loaded when the first component asks for it. Calls made after the browser has gone are dropped: there is
/// nobody left to see their effect.
/// </summary>
internal sealed class BrowserModule(IJSRuntime runtime) : IAsyncDisposable
{
    private const string Address = "./_content/Touchline.Web/js/touchline.js";
    private Task<IJSObjectReference>? _module;

    public async Task CallAsync(string function, params object?[] arguments)
    {
        try
        {
            await (await ModuleAsync()).InvokeVoidAsync(function, arguments);
        }
        catch (Exception error) when (IsGone(error))
        {
            _module = null;
        }
    }

    /// <summary>Asks the browser something; the default of the type where it has gone.</summary>
    public async Task<T?> AskAsync<T>(string function, params object?[] arguments)
    {
        try
        {
            return await (await ModuleAsync()).InvokeAsync<T>(function, arguments);
        }
        catch (Exception error) when (IsGone(error))
        {
            _module = null;
            return default;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_module is not { IsCompletedSuccessfully: true } module)
        {
            return;
        }
        try
        {
            await module.Result.DisposeAsync();
        }
        catch (Exception error) when (IsGone(error))
        {
            _module = null;
        }
    }

    private Task<IJSObjectReference> ModuleAsync() => _module ??= runtime.InvokeAsync<IJSObjectReference>("import", Address).AsTask();

    private static bool IsGone(Exception error) => error is JSDisconnectedException or OperationCanceledException or ObjectDisposedException;
}
