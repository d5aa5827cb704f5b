// An application imports Interlock alone: the values that requests and replies are made of come with it.
@_exported public import InterlockCore
// The layers are for applications to compose.
@_exported public import InterlockRouting
